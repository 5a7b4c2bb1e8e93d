using Snakepit.Core.Telemetry;

namespace Snakepit.Core.Ports;

/// <summary>Hears what adapters emit. It is called by one thread at a time, never by one that serves calls, and must not throw.</summary>
public interface IPythonListener
{
    /// <summary>It wants to hear of events.</summary>
    bool Hears { get; }

    /// <summary>An adapter has emitted something.</summary>
    void Emitted(PythonEmitted emitted);
}
