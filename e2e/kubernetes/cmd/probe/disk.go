package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// room prints how many bytes the file system at a path has, and how many of them are free.
func room(path string) error {
	var st syscall.Statfs_t
	if err := syscall.Statfs(path, &st); err != nil {
		return err
	}
	fmt.Println(int64(st.Blocks)*st.Bsize, int64(st.Bavail)*st.Bsize)
	return nil
}

// write makes a file, and comes back when the disk has it.
func write(path, text string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// fill writes a file until the disk has not one byte left, and prints how much it took.
func fill(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	piece := make([]byte, 1<<20)
	total := 0
	for {
		n, err := f.Write(piece)
		total += n
		if err == nil {
			err = f.Sync()
		}
		if errors.Is(err, syscall.ENOSPC) && len(piece) > 1 {
			piece = piece[:len(piece)/2] // what it has left is less than a piece
			continue
		}
		if errors.Is(err, syscall.ENOSPC) {
			fmt.Println("full after", total)
			return f.Close()
		}
		if err != nil {
			return errors.Join(err, f.Close())
		}
	}
}
