using Snakepit.Core.Ports;
using Snakepit.Core.Telemetry;

namespace Snakepit.Grains.Tests;

/// <summary>Hears nothing.</summary>
internal sealed class DeafObserver : IShardObserver
{
    public bool HearsCalls => false;

    public void Answered(in AnsweredCall call) => throw new InvalidOperationException("Nobody listens to calls.");

    public void ItemsRead(string tool, int items)
    {
    }

    public void Happened(ShardEvent what)
    {
    }
}
