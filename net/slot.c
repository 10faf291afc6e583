#include "net/slot.h"

bool slots_crowded(const struct slot *slots, size_t count, uint32_t ip)
{
    size_t strangers = 0;
    for (size_t i = 0; i < count; i++) {
        strangers += slots[i].used && slots[i].stranger && slots[i].address.ip == ip;
    }
    return strangers >= NET_LOBBY_STRANGERS_MAX;
}

size_t slots_hesitant(const struct slot *slots, size_t count, uint64_t now_ms)
{
    size_t oldest = count;
    for (size_t i = 0; i < count; i++) {
        uint64_t since_ms = slots[i].half_open_ms;
        if (since_ms != 0 && now_ms - since_ms >= SLOT_HESITATION_MS &&
            (oldest == count || since_ms < slots[oldest].half_open_ms)) {
            oldest = i;
        }
    }
    return oldest;
}
