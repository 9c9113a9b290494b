package gitops

import (
	"context"
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Health is what Argo CD shows of a resource.
type Health struct {
	Status  string
	Message string
}

// ArgoHealth runs a health check as Argo CD 3.6.1 runs one of argocd-cm (util/lua/lua.go, runLua and ExecuteHealthLua): the
// engine in the version of its go.mod, the libraries that are open by default, and a second of time. Argo CD also gives os.time
// and os.date; here they are missing, so that no check begins to depend on the clock.
func ArgoHealth(script string, object *unstructured.Unstructured) (Health, error) {
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for _, library := range []struct {
		name string
		open lua.LGFunction
	}{
		{lua.LoadLibName, lua.OpenPackage},
		{lua.BaseLibName, lua.OpenBase},
		{lua.TabLibName, lua.OpenTable},
	} {
		call := lua.P{Fn: state.NewFunction(library.open), NRet: 0, Protect: true}
		if err := state.CallByParam(call, lua.LString(library.name)); err != nil {
			return Health{}, fmt.Errorf("opening Lua's library %q: %w", library.name, err)
		}
	}
	deadline, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	state.SetContext(deadline)
	state.SetGlobal("obj", luaValue(state, object.Object))
	if err := state.DoString(script); err != nil {
		return Health{}, err
	}
	table, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		return Health{}, fmt.Errorf("the script returned a %s: it must return a table", state.Get(-1).Type())
	}
	return toHealth(table)
}

func toHealth(table *lua.LTable) (Health, error) {
	status := lua.LVAsString(table.RawGetString("status"))
	switch status {
	case "Healthy", "Progressing", "Degraded", "Suspended", "Missing", "Unknown":
	default:
		return Health{}, fmt.Errorf("%q is no health status of Argo CD", status)
	}
	message := table.RawGetString("message")
	if message.Type() != lua.LTString {
		return Health{}, fmt.Errorf("the message of %s is a %s: it must be a text", status, message.Type())
	}
	return Health{status, message.String()}, nil
}

// luaValue hands a value over as Argo CD's decodeValue does.
func luaValue(state *lua.LState, value any) lua.LValue {
	switch value := value.(type) {
	case bool:
		return lua.LBool(value)
	case int64:
		return lua.LNumber(value)
	case float64:
		return lua.LNumber(value)
	case string:
		return lua.LString(value)
	case []any:
		list := state.CreateTable(len(value), 0)
		for _, item := range value {
			list.Append(luaValue(state, item))
		}
		return list
	case map[string]any:
		table := state.CreateTable(0, len(value))
		for key, item := range value {
			table.RawSetString(key, luaValue(state, item))
		}
		return table
	}
	return lua.LNil
}
