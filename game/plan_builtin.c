#include "game/plan_builtin.h"

#include "game/plan.h"

const char *plan_builtin_name(size_t index)
{
    return index < plan_text_count ? plan_texts[index].name : NULL;
}

const char *plan_builtin_text(const char *name)
{
    for (size_t i = 0; i < plan_text_count; i++) {
        if (strcmp(name, plan_texts[i].name) == 0) {
            return plan_texts[i].text;
        }
    }
    return NULL;
}
