package supervisor

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"

	"cachecluster.dev/kuberig/internal/rig"
)

// request is one command for the supervisor: one line of JSON.
type request struct {
	Command string   `json:"command"`
	Args    []string `json:"args"`
}

// reply is one line of JSON of the answer: output as it comes, and at last an end, with an error if there was one.
type reply struct {
	Out   string `json:"out,omitempty"`
	End   bool   `json:"end,omitempty"`
	Error string `json:"error,omitempty"`
}

// Alive says whether the rig's supervisor answers.
func Alive(r *rig.Rig) bool {
	c, err := net.Dial("unix", r.Socket())
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// Ask sends a command to the supervisor and copies its output.
func Ask(r *rig.Rig, out io.Writer, command string, args ...string) error {
	c, err := net.Dial("unix", r.Socket())
	if err != nil {
		return fmt.Errorf("the rig in %s does not run: start it with `kuberig up`", r.Dir)
	}
	defer c.Close()
	if err := json.NewEncoder(c).Encode(request{command, args}); err != nil {
		return err
	}
	for d := json.NewDecoder(bufio.NewReader(c)); ; {
		var a reply
		if err := d.Decode(&a); err != nil {
			return fmt.Errorf("the supervisor broke off (%w); see %s", err, r.Log("supervisor"))
		}
		if _, err := io.WriteString(out, a.Out); err != nil {
			return err
		}
		if a.End {
			if a.Error != "" {
				return errors.New(a.Error)
			}
			return nil
		}
	}
}

// answer is the supervisor's end of a connection.
type answer struct{ enc *json.Encoder }

func (a answer) Write(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	return len(b), a.enc.Encode(reply{Out: string(b)})
}

func (a answer) end(err error) {
	r := reply{End: true}
	if err != nil {
		r.Error = err.Error()
	}
	_ = a.enc.Encode(r)
}
