using System.Diagnostics.Metrics;
using Snakepit.Pools;
using Measurements = System.Collections.Generic.IEnumerable<System.Diagnostics.Metrics.Measurement<long>>;

namespace Snakepit.Grains.Telemetry;

/// <summary>Publishes the latest figures of a silo's shards. They are read when somebody asks, and nothing is computed before.</summary>
internal static class PoolGauges
{
    private static readonly (PoolState State, string Word)[] States =
        [.. Enum.GetValues<PoolState>().Select(state => (state, TelemetryTags.Word(state)))];

    /// <summary>Called once for each meter.</summary>
    /// <param name="meter">The silo's meter.</param>
    /// <param name="shards">What the shards have announced last; none before the first time.</param>
    public static void Add(Meter meter, Func<IEnumerable<ShardFigures>> shards)
    {
        One("pool.size", "{worker}", "Workers that the silo keeps for the pool.", shard => shard.Size);
        One("pool.ready", "{worker}", "Workers of the pool that serve on the silo.", shard => shard.Ready);
        One("pool.queued", "{call}", "Calls that wait in the silo's shard of the pool.", shard => shard.Pulse.Queued);
        One("pool.running", "{call}", "Calls on the silo's workers of the pool.", shard => shard.Pulse.Running);
        One("pool.capacity", "{call}", "Calls that the silo's ready workers of the pool take at once.", shard => shard.Pulse.Capacity);
        One("pool.streams", "{stream}", "Streams of the pool that have a reader.", shard => shard.Streams);
        One("pool.sessions", "{session}", "Sessions of the pool whose worker is known.", shard => shard.Sessions);
        Many("pool.state", "1", "1 for the state that the silo's shard of the pool is in, 0 for the others.", StatesOf);
        Many("worker.memory", "By", "Resident memory of the worker in a slot, with its children.", MemoryOf);

        void One(string name, string unit, string description, Func<ShardFigures, long> value) =>
            Many(name, unit, description, shard => [new Measurement<long>(value(shard), PoolOf(shard))]);

        void Many(string name, string unit, string description, Func<ShardFigures, Measurements> values) =>
            meter.CreateObservableUpDownCounter($"snakepit.{name}", () => shards().SelectMany(values), unit, description);
    }

    private static Measurements StatesOf(ShardFigures shard) => States.Select(state => new Measurement<long>(
        state.State == shard.Pulse.State ? 1 : 0, PoolOf(shard), new(TelemetryTags.State, state.Word)));

    private static Measurements MemoryOf(ShardFigures shard) => shard.Memory.Select(worker => new Measurement<long>(
        worker.Bytes, PoolOf(shard), new(TelemetryTags.Slot, worker.Slot)));

    private static KeyValuePair<string, object?> PoolOf(ShardFigures shard) => new(TelemetryTags.Pool, shard.Pulse.Shard.Pool);
}
