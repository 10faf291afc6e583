#include "src/audit_pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { TASKS = 64, THREADS_MAX = 15 };

struct audit_pool {
    pthread_mutex_t lock;
    pthread_cond_t work, done;
    uint64_t head, next, tail; /* handed in, begun, collected */
    bool stop;
    unsigned thread_count;
    pthread_t threads[THREADS_MAX];
    struct audit_task tasks[TASKS];
};

/* Under the lock: begins the next task and looks at it without. */
static void run_one(struct audit_pool *p)
{
    struct audit_task *t = &p->tasks[p->next++ % TASKS];
    pthread_mutex_unlock(&p->lock);
    audit_check_run(&t->check);
    pthread_mutex_lock(&p->lock);
    t->done = true;
    pthread_cond_signal(&p->done);
}

static void *work(void *argument)
{
    struct audit_pool *p = argument;
    pthread_mutex_lock(&p->lock);
    while (!p->stop) {
        if (p->next == p->head) {
            pthread_cond_wait(&p->work, &p->lock);
        } else {
            run_one(p);
        }
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

struct audit_pool *audit_pool_create(void)
{
    struct audit_pool *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return NULL;
    }
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->work, NULL);
    pthread_cond_init(&p->done, NULL);
    while ((long)p->thread_count + 1 < cores && p->thread_count < THREADS_MAX &&
           pthread_create(&p->threads[p->thread_count], NULL, work, p) == 0) {
        p->thread_count++;
    }
    return p;
}

void audit_pool_destroy(struct audit_pool *p)
{
    if (p == NULL) {
        return;
    }
    pthread_mutex_lock(&p->lock);
    p->stop = true;
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    for (unsigned i = 0; i < p->thread_count; i++) {
        pthread_join(p->threads[i], NULL);
    }
    for (size_t i = 0; i < TASKS; i++) {
        free(p->tasks[i].bytes);
    }
    pthread_cond_destroy(&p->done);
    pthread_cond_destroy(&p->work);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

struct audit_task *audit_pool_take(struct audit_pool *p, const uint8_t *bytes, size_t size,
    const uint8_t *proof, size_t proof_size, bool *out_of_memory)
{
    *out_of_memory = false;
    if (p->head - p->tail == TASKS) {
        return NULL;
    }
    struct audit_task *t = &p->tasks[p->head % TASKS];
    size_t wanted = size + proof_size;
    if (wanted > t->capacity) {
        uint8_t *grown = realloc(t->bytes, wanted);
        if (grown == NULL) {
            *out_of_memory = true;
            return NULL;
        }
        t->bytes = grown;
        t->capacity = wanted;
    }
    memcpy(t->bytes, bytes, size);
    if (proof_size > 0) {
        memcpy(t->bytes + size, proof, proof_size);
    }
    t->size = size;
    t->proof_size = proof_size;
    t->done = false;
    return t;
}

void audit_pool_submit(struct audit_pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->head++;
    pthread_cond_signal(&p->work);
    pthread_mutex_unlock(&p->lock);
}

struct audit_task *audit_pool_collect(struct audit_pool *p)
{
    pthread_mutex_lock(&p->lock);
    struct audit_task *t = p->tail == p->head ? NULL : &p->tasks[p->tail % TASKS];
    while (t != NULL && !t->done) {
        if (p->next != p->head) {
            run_one(p);
        } else {
            pthread_cond_wait(&p->done, &p->lock);
        }
    }
    p->tail += t != NULL;
    pthread_mutex_unlock(&p->lock);
    return t;
}
