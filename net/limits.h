/* Every named limit of the network layer (protocol D.7). */
#ifndef NET_LIMITS_H
#define NET_LIMITS_H

enum {
    NET_ID_BYTES = 32,
    NET_CHANNELS = 6, /* 0 control, 1 votes, 2 blocks, 3 gossip, 4 presence (unreliable), 5 bulk */
    NET_CHANNEL_UNRELIABLE = 4,
    NET_MESSAGE_BYTES_MAX = 65536,
    NET_PEERS_MAX = 64, /* links of the member host */
    NET_LOBBY_PEERS_MAX = 8,
    NET_LOBBY_STRANGERS_MAX = 4, /* of one address, before they have proven the words */
    NET_TABLES_FOUND_MAX = 64,   /* discovery answers kept */
    NET_PORT_DEFAULT = 7777,
    NET_DISCOVERY_PORT_DEFAULT = 7776,
};

#endif
