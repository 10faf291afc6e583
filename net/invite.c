#include "net/invite.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Crockford's base 32: no I, L, O, U. */
static const char code_alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

enum { TOKENS_MAX = INVITE_CODE_CHARS + 1, SPOKEN_LETTERS_MAX = INVITE_WORDS * WORDS_LETTERS_MAX };

struct token {
    const char *text;
    size_t size;
};

void invite_pick_spoken(
    struct invite *invite, const uint8_t random[static INVITE_SPOKEN_RANDOM_BYTES])
{
    *invite = (struct invite){.kind = INVITE_SPOKEN};
    for (size_t i = 0; i < INVITE_WORDS; i++) {
        invite->words[i] = (uint16_t)((random[2 * i] << 8 | random[2 * i + 1]) % WORDS_COUNT);
    }
}

void invite_pick_long(struct invite *invite, const uint8_t random[static INVITE_LONG_RANDOM_BYTES])
{
    *invite = (struct invite){.kind = INVITE_LONG};
    for (size_t i = 0; i < INVITE_CODE_CHARS; i++) {
        unsigned v = 0;
        for (size_t bit = 5 * i; bit < 5 * i + 5; bit++) {
            v = v << 1 | (random[bit / 8] >> (7 - bit % 8) & 1U);
        }
        invite->code[i] = code_alphabet[v];
    }
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_separator(char c)
{
    return is_space(c) || c == '-' || c == '.' || c == '_' || c == ',';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void problem_quote(struct invite_problem *problem, const char *text, size_t size)
{
    size_t n = size < INVITE_TYPED_MAX ? size : INVITE_TYPED_MAX;
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        if (c >= 'A' && c <= 'Z') {
            c = (char)(c - 'A' + 'a');
        }
        problem->typed[i] = is_letter(c) || is_digit(c) ? c : '?';
    }
    problem->typed[n] = '\0';
}

static enum err fail(struct invite_problem *problem, enum invite_fault fault, size_t position)
{
    problem->fault = fault;
    problem->position = position;
    return ERR_FORMAT;
}

static enum err parse_port(uint16_t *port, const char *text, size_t size)
{
    uint32_t v = 0;
    if (size == 0 || size > 5) {
        return ERR_FORMAT;
    }
    for (size_t i = 0; i < size; i++) {
        if (!is_digit(text[i])) {
            return ERR_FORMAT;
        }
        v = v * 10 + (uint32_t)(text[i] - '0');
    }
    if (v == 0 || v > UINT16_MAX) {
        return ERR_FORMAT;
    }
    *port = (uint16_t)v;
    return ERR_OK;
}

/* HOST[:PORT] with spaces around it. HOST is a name or an IPv4 address. */
static enum err parse_address(struct invite *invite, const char *text, size_t size)
{
    while (size > 0 && is_space(text[0])) {
        text++;
        size--;
    }
    while (size > 0 && is_space(text[size - 1])) {
        size--;
    }
    const char *colon = size > 0 ? memchr(text, ':', size) : NULL;
    size_t host_size = colon == NULL ? size : (size_t)(colon - text);
    if (host_size == 0 || host_size > INVITE_HOST_MAX || text[0] == '-' || text[0] == '.') {
        return ERR_FORMAT;
    }
    for (size_t i = 0; i < host_size; i++) {
        char c = text[i];
        if (!is_letter(c) && !is_digit(c) && c != '-' && c != '.' && c != '_') {
            return ERR_FORMAT;
        }
    }
    if (colon != NULL && parse_port(&invite->port, colon + 1, size - host_size - 1) != ERR_OK) {
        return ERR_FORMAT;
    }
    memcpy(invite->host, text, host_size);
    invite->host[host_size] = '\0';
    return ERR_OK;
}

/* Cuts at separators; tokens beyond the array are counted, not kept. */
static size_t split_tokens(struct token tokens[static TOKENS_MAX], const char *text, size_t size)
{
    size_t count = 0;
    size_t i = 0;
    while (i < size) {
        while (i < size && is_separator(text[i])) {
            i++;
        }
        size_t start = i;
        while (i < size && !is_separator(text[i])) {
            i++;
        }
        if (i > start) {
            if (count < TOKENS_MAX) {
                tokens[count] = (struct token){text + start, i - start};
            }
            count++;
        }
    }
    return count;
}

static enum err parse_code(
    struct invite *invite, struct invite_problem *problem, const struct token *tokens, size_t count)
{
    size_t n = 0;
    for (size_t t = 0; t < count; t++) {
        for (size_t i = 0; i < tokens[t].size; i++) {
            char c = tokens[t].text[i];
            if (c >= 'a' && c <= 'z') {
                c = (char)(c - 'a' + 'A');
            }
            c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
            if (c == '\0' || strchr(code_alphabet, c) == NULL) {
                problem_quote(problem, tokens[t].text + i, 1);
                return fail(problem, INVITE_CODE_CHAR, n);
            }
            if (n < INVITE_CODE_CHARS) {
                invite->code[n] = c;
            }
            n++;
        }
    }
    if (n != INVITE_CODE_CHARS) {
        return fail(problem, INVITE_CODE_LENGTH, n);
    }
    invite->kind = INVITE_LONG;
    return ERR_OK;
}

static bool is_whole(uint16_t word, size_t size)
{
    return strlen(words_list[word]) == size;
}

/* Words run together ("OtterCanyonVelvet", "ottcanvel"). A cut into three whole words wins, and
 * there is at most one; else every cut must name the same words. `boundary` is where the player
 * did leave a space, 0 when nowhere. */
static bool find_run_together(
    uint16_t words[static INVITE_WORDS], const char *text, size_t size, size_t boundary)
{
    uint16_t cut[INVITE_WORDS] = {0};
    unsigned readings = 0;
    bool whole = false;
    for (size_t a = WORDS_LETTERS_MIN; a + 2 * WORDS_LETTERS_MIN <= size && !whole; a++) {
        if (!words_find(&cut[0], text, a)) {
            continue;
        }
        for (size_t b = WORDS_LETTERS_MIN; a + b + WORDS_LETTERS_MIN <= size && !whole; b++) {
            size_t c = size - a - b;
            if ((boundary != 0 && boundary != a && boundary != a + b) ||
                !words_find(&cut[1], text + a, b) || !words_find(&cut[2], text + a + b, c)) {
                continue;
            }
            whole = is_whole(cut[0], a) && is_whole(cut[1], b) && is_whole(cut[2], c);
            if (whole || readings == 0 || memcmp(words, cut, sizeof cut) != 0) {
                memcpy(words, cut, sizeof cut);
                readings++;
            }
        }
    }
    sodium_memzero(cut, sizeof cut);
    return whole || readings == 1;
}

/* Fewer than three tokens: some words may have been run together, unless each is one itself. */
static bool find_words_in_few_tokens(
    uint16_t words[static INVITE_WORDS], const struct token *tokens, size_t count)
{
    char letters[SPOKEN_LETTERS_MAX];
    size_t n = 0;
    size_t known = 0;
    bool fits = true;
    for (size_t t = 0; t < count; t++) {
        uint16_t word;
        size_t size = tokens[t].size < sizeof letters - n ? tokens[t].size : sizeof letters - n;
        memcpy(letters + n, tokens[t].text, size);
        n += size;
        fits = fits && size == tokens[t].size;
        known += words_find(&word, tokens[t].text, tokens[t].size);
    }
    bool found = fits && known < count &&
                 find_run_together(words, letters, n, count > 1 ? tokens[0].size : 0);
    sodium_memzero(letters, sizeof letters);
    return found;
}

static enum err parse_spoken(
    struct invite *invite, struct invite_problem *problem, const struct token *tokens, size_t count)
{
    invite->kind = INVITE_SPOKEN;
    if (count < INVITE_WORDS && find_words_in_few_tokens(invite->words, tokens, count)) {
        return ERR_OK;
    }
    for (size_t t = 0; t < count && t < INVITE_WORDS; t++) {
        uint16_t *word = &invite->words[t];
        if (words_find(word, tokens[t].text, tokens[t].size)) {
            continue;
        }
        problem_quote(problem, tokens[t].text, tokens[t].size);
        problem->nearest = words_nearest(problem->typed, strlen(problem->typed), &problem->edits);
        bool too_short = tokens[t].size < WORDS_LETTERS_MIN;
        return fail(problem, too_short ? INVITE_WORD_SHORT : INVITE_WORD_UNKNOWN, t);
    }
    return count == INVITE_WORDS ? ERR_OK : fail(problem, INVITE_WORD_COUNT, count);
}

/* A digit makes a long code; so do 26 letters that are not in three words. */
static bool looks_like_code(const struct token *tokens, size_t count)
{
    size_t letters = 0;
    bool digit = false;
    for (size_t t = 0; t < count; t++) {
        letters += tokens[t].size;
        for (size_t i = 0; i < tokens[t].size; i++) {
            digit = digit || is_digit(tokens[t].text[i]);
        }
    }
    return digit || (count != INVITE_WORDS && letters == INVITE_CODE_CHARS);
}

static enum err parse_text(
    struct invite *invite, struct invite_problem *problem, const char *text, size_t size)
{
    if (size > INVITE_INPUT_MAX) {
        return fail(problem, INVITE_TOO_LONG, size);
    }
    const char *at = size > 0 ? memchr(text, '@', size) : NULL;
    size_t secret_size = at == NULL ? size : (size_t)(at - text);
    struct token tokens[TOKENS_MAX];
    size_t count = split_tokens(tokens, text, secret_size);
    if (count == 0) {
        return fail(problem, INVITE_EMPTY, 0);
    }
    if (count > TOKENS_MAX) {
        return fail(problem, INVITE_WORD_COUNT, count);
    }
    enum err e = looks_like_code(tokens, count) ? parse_code(invite, problem, tokens, count)
                                                : parse_spoken(invite, problem, tokens, count);
    if (e == ERR_OK && at != NULL &&
        parse_address(invite, at + 1, size - secret_size - 1) != ERR_OK) {
        return fail(problem, INVITE_ADDRESS, secret_size);
    }
    return e;
}

enum err invite_parse(
    struct invite *invite, struct invite_problem *problem, const char *text, size_t size)
{
    struct invite parsed = {.kind = INVITE_SPOKEN};
    struct invite_problem why = {.fault = INVITE_NO_FAULT};
    enum err e = parse_text(&parsed, &why, text, size);
    if (e == ERR_OK) {
        *invite = parsed;
    }
    if (problem != NULL) {
        *problem = why;
    }
    invite_wipe(&parsed);
    sodium_memzero(&why, sizeof why);
    return e;
}

enum err invite_parse_arguments(
    struct invite *invite, struct invite_problem *problem, int count, const char *const *arguments)
{
    char text[INVITE_INPUT_MAX + 1];
    size_t size = 0;
    for (int i = 0; i < count && size < sizeof text; i++) {
        size_t n = strnlen(arguments[i], sizeof text - size);
        memcpy(text + size, arguments[i], n);
        size += n;
        if (i + 1 < count && size < sizeof text) {
            text[size++] = ' ';
        }
    }
    enum err e = invite_parse(invite, problem, text, size);
    sodium_memzero(text, sizeof text);
    return e;
}

size_t invite_format(const struct invite *invite, char text[static INVITE_TEXT_SIZE])
{
    if (invite->kind == INVITE_LONG) {
        return (size_t)snprintf(text, INVITE_TEXT_SIZE, "%s", invite->code);
    }
    return (size_t)snprintf(text, INVITE_TEXT_SIZE, "%s-%s-%s", words_list[invite->words[0]],
        words_list[invite->words[1]], words_list[invite->words[2]]);
}

size_t invite_prs(const struct invite *invite, uint8_t prs[static INVITE_PRS_MAX])
{
    char text[INVITE_TEXT_SIZE];
    size_t size = invite_format(invite, text);
    size_t skip = 0;
    if (invite->kind == INVITE_SPOKEN) {
        skip = strlen(words_list[invite->words[0]]) + 1;
    }
    memcpy(prs, text + skip, size - skip);
    sodium_memzero(text, sizeof text);
    return size - skip;
}

const char *invite_table_word(const struct invite *invite)
{
    return invite->kind == INVITE_SPOKEN ? words_list[invite->words[0]] : NULL;
}

void invite_wipe(struct invite *invite)
{
    sodium_memzero(invite, sizeof *invite);
}
