namespace Snakepit.Telemetry;

/// <summary>The part of the way at which a call failed.</summary>
public enum CallStage
{
    Client,
    Queue,
    Dispatch,
    Worker,
    Return,
}
