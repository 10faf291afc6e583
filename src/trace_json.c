#include "src/trace_json.h"

#include "base/hash.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

const char *const trace_stage_names[TRACE_STAGES] = {
    "key", "queue", "sign", "propose", "notarize", "finalize", "apply", "draw"};

enum { KIND_INTERNAL = 1, STATUS_OK = 1, STATUS_ERROR = 2 };

static json_t *text_attribute(const char *key, const char *value)
{
    return json_pack("{s:s, s:{s:s}}", "key", key, "value", "stringValue", value);
}

/* 64-bit integers are text in protobuf's JSON. */
static json_t *number_attribute(const char *key, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return json_pack("{s:s, s:{s:s}}", "key", key, "value", "intValue", text);
}

static json_t *time_text(uint64_t base_ns, uint64_t us)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, base_ns + us * 1000);
    return json_string(text);
}

static json_t *span_of(const char *trace, const char *id, const char *parent, const char *name)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:i}", "traceId", trace, "spanId", id, "parentSpanId",
        parent, "name", name, "kind", KIND_INTERNAL);
}

static bool set_times(json_t *span, uint64_t base_ns, uint64_t from_us, uint64_t to_us)
{
    return json_object_set_new(span, "startTimeUnixNano", time_text(base_ns, from_us)) == 0 &&
           json_object_set_new(span, "endTimeUnixNano", time_text(base_ns, to_us)) == 0;
}

static json_t *root_attributes(const struct trace_record *r)
{
    json_t *all = json_array();
    bool good = all != NULL;
    good = good && json_array_append_new(all, text_attribute("craps.operation", r->kind)) == 0;
    good = good && json_array_append_new(all, number_attribute("craps.sequence", r->sequence)) == 0;
    good = good && json_array_append_new(all, number_attribute("craps.height", r->height)) == 0;
    good = good && json_array_append_new(all, number_attribute("craps.view", r->view)) == 0;
    good = good && json_array_append_new(all, number_attribute("craps.epoch", r->epoch)) == 0;
    if (good && r->member >= 0) {
        good =
            json_array_append_new(all, number_attribute("craps.member", (uint64_t)r->member)) == 0;
    }
    if (good && r->refusal[0] != '\0') {
        good = json_array_append_new(all, text_attribute("craps.refusal", r->refusal)) == 0;
    }
    if (!good) {
        json_decref(all);
        return NULL;
    }
    return all;
}

static bool append_root(json_t *spans, const struct trace_record *r, uint64_t base_ns,
    const char *trace, const char *id)
{
    uint64_t from = 0, to = 0;
    for (unsigned i = 0; i < TRACE_MARKS; i++) {
        from = from == 0 ? r->at_us[i] : from;
        to = r->at_us[i] != 0 ? r->at_us[i] : to;
    }
    bool refused = r->refusal[0] != '\0';
    json_t *root = span_of(trace, id, "", "operation");
    json_t *status = json_pack("{s:i}", "code", refused ? STATUS_ERROR : STATUS_OK);
    bool good = root != NULL && status != NULL && set_times(root, base_ns, from, to) &&
                json_object_set_new(root, "attributes", root_attributes(r)) == 0;
    good =
        good && (!refused || json_object_set_new(status, "message", json_string(r->refusal)) == 0);
    good = json_object_set_new(root, "status", status) == 0 && good;
    return json_array_append_new(spans, root) == 0 && good;
}

/* A first span and one below it for each stage that happened. */
static bool append_record(json_t *spans, const struct trace_record *r, uint64_t base_ns)
{
    char trace[33], root[17], id[17];
    hex_encode(trace, r->id, 16);
    hex_encode(root, r->id + 16, 8);
    bool good = append_root(spans, r, base_ns, trace, root);
    for (unsigned i = 0; good && i < TRACE_STAGES; i++) {
        uint8_t own[8];
        if (r->at_us[i] == 0 || r->at_us[i + 1] == 0) {
            continue;
        }
        memcpy(own, r->id + 16, sizeof own);
        own[7] ^= (uint8_t)(i + 1); /* another one than its parent's and its sisters' */
        hex_encode(id, own, sizeof own);
        json_t *span = span_of(trace, id, root, trace_stage_names[i]);
        good = span != NULL && set_times(span, base_ns, r->at_us[i], r->at_us[i + 1]);
        good = json_array_append_new(spans, span) == 0 && good;
    }
    return good;
}

char *trace_json(
    const struct trace_record *records, size_t count, uint64_t base_ns, const uint8_t instance[16])
{
    char name[33], *text = NULL;
    json_t *spans = json_array();
    bool good = spans != NULL;
    for (size_t i = 0; good && i < count; i++) {
        good = append_record(spans, &records[i], base_ns);
    }
    hex_encode(name, instance, 16);
    json_t *request =
        !good ? NULL
              : json_pack("{s:[{s:{s:[o?, o?, o?]}, s:[{s:{s:s, s:s}, s:O}]}]}", "resourceSpans",
                    "resource", "attributes", text_attribute("service.name", "craps"),
                    text_attribute("service.version", CRAPS_VERSION),
                    text_attribute("service.instance.id", name), "scopeSpans", "scope", "name",
                    "craps", "version", CRAPS_VERSION, "spans", spans);
    if (request != NULL) {
        text = json_dumps(request, JSON_COMPACT);
    }
    json_decref(request);
    json_decref(spans);
    return text;
}
