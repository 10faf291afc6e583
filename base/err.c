#include "base/err.h"

#include <errno.h>

const char *err_name(enum err e)
{
    switch (e) {
    case ERR_OK:
        return "ok";
    case ERR_AGAIN:
        return "try again";
    case ERR_FULL:
        return "full";
    case ERR_RANGE:
        return "out of range";
    case ERR_FORMAT:
        return "malformed";
    case ERR_AUTH:
        return "does not authenticate";
    case ERR_NOT_FOUND:
        return "not found";
    case ERR_EXISTS:
        return "exists already";
    case ERR_BUSY:
        return "in use";
    case ERR_PERMISSION:
        return "permission denied";
    case ERR_IO:
        return "input/output error";
    case ERR_NO_SPACE:
        return "no space left";
    case ERR_NO_MEMORY:
        return "out of memory";
    case ERR_VERSION:
        return "another version";
    case ERR_CLOSED:
        return "closed";
    case ERR_RATE:
        return "too fast";
    case ERR_INTERNAL:
        return "internal fault";
    }
    return "unknown";
}

enum err err_from_errno(int errnum)
{
    switch (errnum) {
    case 0:
        return ERR_OK;
    case EAGAIN:
    case EINTR:
        return ERR_AGAIN;
    case ENOENT:
    case ENOTDIR:
        return ERR_NOT_FOUND;
    case EEXIST:
        return ERR_EXISTS;
    case EADDRINUSE:
    case EBUSY:
        return ERR_BUSY;
    case EACCES:
    case EPERM:
    case EROFS:
        return ERR_PERMISSION;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return ERR_NO_SPACE;
    case ENOMEM:
        return ERR_NO_MEMORY;
    case EPIPE:
    case ECONNRESET:
        return ERR_CLOSED;
    default:
        return ERR_IO;
    }
}
