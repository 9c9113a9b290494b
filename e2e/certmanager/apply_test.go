package main

import "maps"

// applied is server-side apply with a single writer: what it names replaces what was, and is noted as its own. Cert-manager
// looks for that note, and applies its secrets again as long as it is missing.
func applied(old, by object, manager string) object {
	result := merged(old, by)
	metadata, _ := result["metadata"].(object)
	metadata["managedFields"] = []any{object{"manager": manager, "operation": "Apply", "apiVersion": by["apiVersion"],
		"fieldsType": "FieldsV1", "fieldsV1": fields(by)}}
	return result
}

func merged(old, by object) object {
	result := maps.Clone(old)
	if result == nil {
		result = object{}
	}
	for key, value := range by {
		if inner, ok := value.(object); ok {
			was, _ := result[key].(object)
			value = merged(was, inner)
		}
		result[key] = value
	}
	return result
}

// fields is the set of fields of an object in the form of managed fields.
func fields(o object) object {
	set := object{}
	for key, value := range o {
		switch key {
		case "apiVersion", "kind", "name", "namespace": // they belong to nobody
			continue
		}
		inner, _ := value.(object)
		set["f:"+key] = fields(inner)
	}
	return set
}
