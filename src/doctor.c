#include "src/doctor.h"

#include <stdarg.h>
#include <stdio.h>

void doctor_add(struct doctor *d, const char *area, const char *check, enum doctor_verdict verdict,
    int status, const char *means, const char *fix, const char *format, ...)
{
    if (d->count == DOCTOR_FINDINGS_MAX) {
        return;
    }
    struct doctor_finding *f = &d->findings[d->count++];
    *f = (struct doctor_finding){.area = area,
        .check = check,
        .verdict = (uint8_t)verdict,
        .status = verdict == DOCTOR_FAULT ? status : 0,
        .means = means,
        .fix = fix};
    va_list args;
    va_start(args, format);
    vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
}

int doctor_status(const struct doctor *d)
{
    for (size_t i = 0; i < d->count; i++) {
        if (d->findings[i].verdict == DOCTOR_FAULT) {
            return d->findings[i].status;
        }
    }
    return 0;
}
