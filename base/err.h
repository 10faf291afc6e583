/* The world's failures (disk, socket, terminal, memory): values that must be looked at. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err {
    ERR_OK = 0,
    ERR_AGAIN,      /* nothing to do now, try later */
    ERR_FULL,       /* a bounded buffer, queue or table is full */
    ERR_RANGE,      /* a value outside its allowed range */
    ERR_FORMAT,     /* malformed bytes or text */
    ERR_AUTH,       /* a signature, tag or proof that does not check */
    ERR_NOT_FOUND,  /* no such file, row, member or key */
    ERR_EXISTS,     /* already there */
    ERR_BUSY,       /* in use by somebody else (lock, port) */
    ERR_PERMISSION, /* the system does not let us */
    ERR_IO,         /* read, write or sync failed */
    ERR_NO_SPACE,   /* disk full */
    ERR_NO_MEMORY,  /* allocation failed */
    ERR_VERSION,    /* another format, schema or protocol version */
    ERR_CLOSED,     /* the other side is gone */
    ERR_RATE,       /* faster than agreed: later */
    ERR_INTERNAL,   /* a bug of ours that was contained */
};

/* A short lower-case name for logs; never NULL. Not for play screens. */
const char *err_name(enum err e);

/* Maps errno to an err; 0 maps to ERR_OK, unknown values to ERR_IO. */
enum err err_from_errno(int errnum);

#endif
