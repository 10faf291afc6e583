/* Help about the screen one came from: what it is, and every key of it. The table has a help of its own. */
#include "ui/screen.h"
#include "ui/widget.h"

#include <string.h>

struct about {
    uint8_t screen;
    const char *title;
    const char *lines[16]; /* "key|what it does", or a sentence */
};

static const struct about pages[] = {
    {SCREEN_MENU, "HELP: the menu",
        {"Choose with the arrows and Enter, or by the number in front.", "",
            "up down|to the line above, below", "Enter Space|go there", "1 to 9|go to that line",
            "c|come back to the last table, while it is kept", "n|check the network",
            "q Esc|quit: asks first", "",
            "New to craps? Play now, with bots and no network: the coach says",
            "what to do, one thing at a time. Nothing leaves this computer until",
            "you host or join a table."}},
    {SCREEN_LOBBY, "HELP: the lobby",
        {"Read the three words aloud. Friends type them under \"Join a table\".", "",
            "Space Enter|to the table: bets are open from the first seat on",
            "y|copy the join command", "z|show it as a QR code", "+ b|add a bot: no vote, no dice",
            "w|new words, the old ones stop working", "f|the fingerprint: same on every screen",
            "e|edit the rules, while you are alone here", "n|check the network", "m|say something",
            "q Esc|close the table: asks first", "",
            "The table does not need you: when you leave, the others play on."}},
    {SCREEN_JOIN, "HELP: joining",
        {"Type the three words your host reads to you. Capitals, spaces and",
            "dashes do not matter, and three letters of a word are enough.", "",
            "Tab|complete the word", "up down|choose a table, or an action below them",
            "Enter|join, or do what is chosen", "Esc|back to the menu", "",
            "Nothing in the list? Be on the same Wi-Fi, not the guest one. If the",
            "network keeps computers apart, add the host's address to the words:",
            "otter-canyon-velvet@192.168.1.20", "",
            "Wrong words cost the table one of five guesses; typos are caught here",
            "before anything is sent."}},
    {SCREEN_RECORDS, "HELP: watching a replay",
        {"Every table you were at is kept, the newest first.", "", "up down|choose one",
            "Enter|watch it once more, roll by roll", "s|what it came to: chips, hands, luck",
            "Esc|back to the menu", "",
            "A replay is the whole table again: every signature, every roll and",
            "every payout is checked as it goes, and what does not check is said."}},
    {SCREEN_STATS, "HELP: statistics",
        {"All your records added up: dice, bets, sessions, players.", "", "Tab|the next page",
            "up down|through the list", "1|this table only", "2|all of them",
            "Enter|in sessions: that one only", "w|in sessions: watch it",
            "e|how to write them to a file", "Esc|back", "",
            "The mark on a bar is what fair dice are expected to do. \"Fair\" holds",
            "however often you look. Dice have no memory: this is no tip sheet."}},
    {SCREEN_SUMMARY, "HELP: what a table came to",
        {"Your chips roll by roll, who won what, and what the dice did.", "", "p|play again",
            "v|check the whole record once more", "w|watch it, roll by roll",
            "e|write it to a file for a spreadsheet", "q Esc|go on", "",
            "What your bets cost is what such bets lose on average; your luck is",
            "the rest. Best roll: the most that one roll brought. Hit rate: how",
            "many of the bets that were decided won."}},
};

bool about_has(const struct ui_state *s)
{
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if (pages[i].screen == s->screen && s->popup_under == POPUP_NONE) {
            return true;
        }
    }
    return false;
}

void about_draw(struct canvas *c, const struct ui_state *s)
{
    const struct about *page = &pages[0];
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        page = pages[i].screen == s->screen ? &pages[i] : page;
    }
    widget_box(c, 2, 3, 19, 74, page->title);
    for (int i = 0; i < 16 && page->lines[i] != NULL; i++) {
        const char *bar = strchr(page->lines[i], '|');
        if (bar == NULL) {
            canvas_text_cut(c, 4 + i, 6, 68, ROLE_NORMAL, page->lines[i]);
        } else {
            char key[24] = "";
            strncat(key, page->lines[i], (size_t)(bar - page->lines[i]));
            canvas_text(c, 4 + i, 8, ROLE_KEY, key);
            canvas_text_cut(c, 4 + i, 22, 52, ROLE_NORMAL, bar + 1);
        }
    }
    popup_keys(c, s, "Esc close    Tab the keys of the table");
}

void about_key(struct ui_state *s, int32_t key)
{
    if (key == UIKEY_TAB) {
        s->help_table = true;
    } else if (key == UIKEY_ESC || key == UIKEY_ENTER || key == '?' || key == UIKEY_F1) {
        s->popup = POPUP_NONE;
    }
}
