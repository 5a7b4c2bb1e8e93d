using Microsoft.Extensions.Logging;
using Snakepit.Core.Ports;
using Snakepit.Core.Scheduling;
using Snakepit.Grains.Sessions;

namespace Snakepit.Grains.Shards.Engine;

/// <summary>What the shards of a silo share. All of it is thread-safe.</summary>
/// <param name="Workers">Starts processes.</param>
/// <param name="Others">Tells the other shards of a pool about sessions.</param>
/// <param name="Grains">For reminders of ages and for announcements.</param>
/// <param name="Buffers">Bytes of requests that the silo holds.</param>
/// <param name="Time">The clock of the silo.</param>
/// <param name="Logger">Where shards log.</param>
internal sealed record ShardServices(
    IWorkerHost Workers, ISessionNotice Others, IGrainFactory Grains, ByteBudget Buffers, TimeProvider Time, ILogger<ShardServices> Logger);
