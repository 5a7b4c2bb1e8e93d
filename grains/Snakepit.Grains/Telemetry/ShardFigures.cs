using Snakepit.Pools;

namespace Snakepit.Grains.Telemetry;

/// <summary>What a shard publishes as gauges, as of its latest pulse.</summary>
/// <param name="Pulse">The pulse.</param>
/// <param name="Size">Workers that it keeps.</param>
/// <param name="Ready">Workers that serve.</param>
/// <param name="Streams">Streams that have a reader.</param>
/// <param name="Sessions">Sessions whose worker is known.</param>
/// <param name="Memory">Resident memory of its workers, by slot.</param>
internal sealed record ShardFigures(
    ShardPulse Pulse, int Size, int Ready, int Streams, int Sessions, IReadOnlyList<(int Slot, long Bytes)> Memory);
