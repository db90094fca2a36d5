/**
 * Goes to a message of any channel that the pane's member can see, however old.
 * @param {import('./pane.js').Pane} pane @param {string} channelId @param {string} messageId
 * @returns {boolean} whether there is such a channel
 */
export function goToMessage(pane, channelId, messageId) {
  if (!pane.world.channels.some(({ id }) => id === channelId)) return false;
  void pane.guard(() => find(pane, channelId, messageId));
  return true;
}

/** @param {import('./pane.js').Pane} pane @param {string} channelId @param {string} messageId */
async function find(pane, channelId, messageId) {
  if (channelId !== pane.channelId) {
    pane.channelId = channelId;
    pane.clear();
    pane.app.draw();
    await pane.reload();
  }
  pane.sticks = false;
  while (!pane.jump(messageId)) {
    const [first] = pane.messages;
    if (!first || !pane.hasOlder || BigInt(first.id) < BigInt(messageId))
      throw new Error('This message is gone.');
    await pane.loadOlder();
  }
}
