#include "src/doctor.h"

#include <inttypes.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <time.h>

enum { READS = 20000, STEP_MOST_NS = 1000000 };

static int64_t now_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Clocks at the table are monotonic: no time zone and no set clock matters to them. */
static void look_at_monotonic(struct doctor *d)
{
    int64_t last = now_ns(CLOCK_MONOTONIC), least = INT64_MAX;
    bool back = false;
    for (unsigned i = 0; i < READS; i++) {
        int64_t t = now_ns(CLOCK_MONOTONIC);
        back = back || t < last;
        least = t > last && t - last < least ? t - last : least;
        last = t;
    }
    if (back || least > STEP_MOST_NS) {
        doctor_add(d, "clock", "monotonic", DOCTOR_FAULT, EX_SOFTWARE,
            "waiting times of the agreement go wrong by it", "look at the computer's clock source",
            back ? "goes back at times" : "moves in steps of %" PRId64 " ns", least);
    } else {
        doctor_add(d, "clock", "monotonic", DOCTOR_OK, 0, NULL, NULL,
            "never goes back; steps of %" PRId64 " ns", least);
    }
}

/* Names of records carry the date, and nothing else does: a wrong one is a nuisance. */
static void look_at_date(struct doctor *d)
{
    struct stat st;
    time_t now = time(NULL);
    struct tm day;
    char text[32] = "?";
    if (gmtime_r(&now, &day) != NULL) {
        strftime(text, sizeof text, "%Y-%m-%d", &day);
    }
    bool built = stat("/proc/self/exe", &st) == 0;
    const int64_t ten_years = INT64_C(10) * 365 * 24 * 3600;
    int64_t since = built ? (int64_t)now - (int64_t)st.st_mtime : 0;
    if (since < -24 * 3600 || since > ten_years) {
        doctor_add(d, "clock", "date", DOCTOR_NOTE, 0,
            "records get a wrong date in their names; nothing at the table depends on it",
            "set the clock: timedatectl set-ntp true", "%s is %s this program was built", text,
            since < 0 ? "before" : "more than ten years after");
    } else {
        doctor_add(d, "clock", "date", DOCTOR_OK, 0, NULL, NULL, "%s", text);
    }
}

static void look_at_ntp(struct doctor *d)
{
    struct timex t = {0};
    int state = adjtimex(&t);
    if (state < 0) {
        return; /* not to be known here */
    }
    if ((t.status & STA_UNSYNC) != 0 || state == TIME_ERROR) {
        doctor_add(d, "clock", "synchronised", DOCTOR_NOTE, 0,
            "dates in names may be wrong; nothing at the table depends on it",
            "timedatectl set-ntp true", "nobody sets this computer's clock right");
    } else {
        doctor_add(d, "clock", "synchronised", DOCTOR_OK, 0, NULL, NULL, "by NTP");
    }
}

void doctor_clock(struct doctor *d)
{
    look_at_monotonic(d);
    look_at_date(d);
    look_at_ntp(d);
}
