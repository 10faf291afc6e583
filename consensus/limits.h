/* Every named limit of the agreement layer (protocol A.7, A.8). */
#ifndef CONSENSUS_LIMITS_H
#define CONSENSUS_LIMITS_H

enum {
    MEMBERS_MAX = 50,
    ID_BYTES = 32, /* Ed25519 identity public key */
    SIG_BYTES = 64,
    BLOCK_BODY_BYTES_MAX = 60000,
    BLOCK_OPS_MAX = 512,
    BLOCK_BYTES_MAX = BLOCK_BODY_BYTES_MAX + 512, /* header and body */
    OP_GAME_BYTES_MAX = 1024,                     /* whole encoded op */
    OP_BYTES_MAX = 8192,
    POOL_OPS_PER_AUTHOR = 128,
    PIPELINE_DEPTH_MAX = 8, /* notarized and unfinalized; beyond it only empty blocks */
    VIEWS_BEHIND = 8,       /* votes are kept for views last_final - 8 .. cur_view + 4 */
    VIEWS_AHEAD = 4,
    CERTS_ABOVE_FINAL_MAX = 4096,
    FETCH_BYTES_MAX = 60000, /* one answer */
    MESSAGE_BYTES_MAX = 65536,
    FETCH_BLOCKS = 36,      /* final blocks asked for at once, several questions being out: so many
                               answers together wait for a link without being refused (D.7) */
    STATE_SLOTS = 24,       /* executed, not yet final states kept at once */
    IDENTITIES_MAX = 256,   /* identities with a sequence number in the life of a table */
    PROFILE_BYTES_MAX = 64, /* opaque to this layer: the player's name */
};

enum channel {
    CHANNEL_CONTROL,
    CHANNEL_VOTES,
    CHANNEL_BLOCKS,
    CHANNEL_GOSSIP,
    CHANNEL_PRESENCE, /* the only unreliable one */
    CHANNEL_BULK,
    CHANNEL_COUNT
};

#endif
