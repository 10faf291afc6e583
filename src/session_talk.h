/* Table talk, names at the table, colours, the topic, presence: a session's part of net/gossip.h. What is said here is
 * shown, and never an input of the game: nothing of it reaches an engine or the record. */
#ifndef SRC_SESSION_TALK_H
#define SRC_SESSION_TALK_H

#include "game/limits.h"
#include "net/gossip.h"
#include "ui/model.h"

struct session;
struct store;

struct talk {
    struct gossip *g;         /* NULL until the table is known */
    bool watching;            /* linked with the sponsor, to listen */
    const struct store *kept; /* where the numbers below are written down */
    uint64_t kept_lamport, kept_ms;
    uint32_t kept_incarnation;
    uint64_t seen;     /* bit i: peers[i] is here, as others say */
    uint32_t accounts; /* so many are known to g, and have a name below */
    char shown[LIVE_ACCOUNTS_MAX][NAME_BYTES_MAX + 1];
    bool renamed[LIVE_ACCOUNTS_MAX];
};

/* session_talk.c */
/* A link of the mesh came up, or is gone. */
void session_talk_link(struct session *s, const uint8_t id[NET_ID_BYTES], bool up);
/* False: nothing that an honest program sends. */
bool session_talk_hear(
    struct session *s, const uint8_t from[NET_ID_BYTES], const uint8_t *data, size_t size);
void session_say(struct session *s, const char *text);
void session_talk_name(struct session *s, const char *name);
void session_talk_colour(struct session *s, uint32_t colour);
void session_talk_topic(struct session *s, const char *topic);
void session_talk_poll(struct session *s);
uint64_t session_talk_deadline_ms(const struct session *s);
void session_talk_end(struct session *s);
/* Who has told us that this member is here, though we have no link with it; "" = nobody. */
void session_talk_via(
    const struct session *s, const uint8_t id[NET_ID_BYTES], char name[UI_NAME_MAX + 1]);

/* session_talk_names.c */
/* Text of others as it is shown: composed letters, then text_clean. Returns its length. */
size_t session_talk_clean(char *out, size_t most, const void *text, size_t size);
/* The name an account goes by: its own choice, if nobody else at the table is called so, else the agreed one. */
const char *session_shown_name(const struct session *s, uint32_t account);
/* May that account go by the name: nobody else is called so, or wants to be. */
bool session_talk_name_free(const struct session *s, uint32_t account, const char *name);
/* Who is called what now; tells what has changed unless `silent`. */
void session_talk_rename(struct session *s, bool silent);
/* Names, colours and the topic of the picture, whose agreed state is in place. */
void session_talk_model(const struct session *s, struct ui_model *m);

#endif
