/* ENet acknowledges whatever arrived before anybody has looked at it: a datagram of its own for nearly every message, and at the
 * other end a process that wakes up for it. Here the acknowledgements of messages wait for what is sent to that peer next and go
 * in its datagram; HOLD_MS at most, and not when there are many. They are kept from ENet while it sends, and given back. */
#include "net/enet_internal.h"

#include <errno.h>
#include <sys/socket.h>

enum {
    HOLD_MS = 5,  /* far below what a retransmission waits for */
    HOLD_MAX = 4, /* a long transfer must not wait for its window */
};

/* Only of messages: a ping measures, and what ends a connection must not wait. */
static bool may_wait(struct transport *t, size_t slot)
{
    ENetPeer *peer = &t->host->peers[slot];
    size_t count = 0;
    if (peer->state != ENET_PEER_STATE_CONNECTED || !enet_list_empty(&peer->outgoingCommands) ||
        t->now_ms >= t->acks[slot].since_ms + HOLD_MS) {
        return false;
    }
    for (ENetListIterator i = enet_list_begin(&peer->acknowledgements);
         i != enet_list_end(&peer->acknowledgements); i = enet_list_next(i)) {
        int command =
            ((ENetAcknowledgement *)i)->command.header.command & ENET_PROTOCOL_COMMAND_MASK;
        bool message = command == ENET_PROTOCOL_COMMAND_SEND_RELIABLE ||
                       command == ENET_PROTOCOL_COMMAND_SEND_FRAGMENT;
        if (!message || ++count > HOLD_MAX) {
            return false;
        }
    }
    return true;
}

static void move_all(ENetList *to, ENetList *from)
{
    if (!enet_list_empty(from)) {
        enet_list_move(enet_list_end(to), enet_list_front(from), enet_list_back(from));
    }
}

void enet_acks_init(struct transport *t)
{
    for (size_t i = 0; i < NET_PEERS_MAX; i++) {
        enet_list_clear(&t->acks[i].held);
    }
}

void enet_acks_hold(struct transport *t)
{
    for (size_t i = 0; i < t->host->peerCount; i++) {
        ENetPeer *peer = &t->host->peers[i];
        struct held_acks *a = &t->acks[i];
        if (peer->state != ENET_PEER_STATE_CONNECTED || enet_list_empty(&peer->acknowledgements)) {
            continue;
        }
        if (a->since_ms == 0) {
            a->since_ms = t->now_ms > 0 ? t->now_ms : 1;
        }
        if (may_wait(t, i)) {
            a->connect_id = peer->connectID;
            move_all(&a->held, &peer->acknowledgements);
        }
    }
}

void enet_acks_give_back(struct transport *t)
{
    for (size_t i = 0; i < t->host->peerCount; i++) {
        ENetPeer *peer = &t->host->peers[i];
        struct held_acks *a = &t->acks[i];
        if (peer->state == ENET_PEER_STATE_CONNECTED && peer->connectID == a->connect_id) {
            move_all(&peer->acknowledgements, &a->held);
        }
        while (!enet_list_empty(&a->held)) { /* the connection is another one now */
            enet_free(enet_list_remove(enet_list_begin(&a->held)));
        }
        if (enet_list_empty(&peer->acknowledgements)) {
            a->since_ms = 0;
        }
    }
}

uint64_t enet_acks_due_ms(const struct transport *t, size_t slot)
{
    return t->acks[slot].since_ms == 0 ? UINT64_MAX : t->acks[slot].since_ms + HOLD_MS;
}

/* ENet's, as its manual has it; defined here instead, which the loader prefers to the library's (as enet_time_get). When nothing
 * more is there ENet goes on to send what it has to acknowledge. */
int enet_socket_receive(
    ENetSocket socket, ENetAddress *address, ENetBuffer *buffers, size_t buffer_count)
{
    struct sockaddr_in from = {0};
    struct msghdr message = {.msg_name = &from,
        .msg_namelen = sizeof from,
        .msg_iov = (struct iovec *)buffers,
        .msg_iovlen = buffer_count};
    ssize_t size = recvmsg(socket, &message, MSG_NOSIGNAL);
    if (size < 0 && (errno == EWOULDBLOCK || errno == EAGAIN)) {
        if (enet_current != NULL && enet_current->host->socket == socket) {
            enet_acks_hold(enet_current);
        }
        return 0;
    }
    if (size < 0 || (message.msg_flags & MSG_TRUNC) != 0) {
        return -1;
    }
    if (address != NULL) {
        address->host = from.sin_addr.s_addr;
        address->port = ENET_NET_TO_HOST_16(from.sin_port);
    }
    return (int)size;
}
