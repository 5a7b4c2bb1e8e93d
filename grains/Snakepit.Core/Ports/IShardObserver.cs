using Snakepit.Core.Telemetry;

namespace Snakepit.Core.Ports;

/// <summary>
/// Hears what a shard decides and what becomes of it. Each shard has its own. It is called in the turns of the shard, one at a time, so it
/// must neither block nor throw.
/// </summary>
public interface IShardObserver
{
    /// <summary>Calls are listened to. While it is false, the shard does not tell of them.</summary>
    bool HearsCalls { get; }

    /// <summary>A call has its answer.</summary>
    void Answered(in AnsweredCall call);

    /// <summary>The reader of a stream has taken items.</summary>
    /// <param name="tool">The stream's tool.</param>
    /// <param name="items">How many.</param>
    void ItemsRead(string tool, int items);

    /// <summary>Something happened to the shard or to one of its workers.</summary>
    void Happened(ShardEvent what);
}
