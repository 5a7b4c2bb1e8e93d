using Snakepit.Core.Scheduling;

namespace Snakepit.Grains.Shards.Engine;

/// <summary>Carries decisions out.</summary>
internal delegate void Decided(ReadOnlySpan<Decision> decisions);
