namespace Snakepit.Telemetry;

/// <summary>The part of the way at which a call failed.</summary>
public enum CallStage
{
    /// <summary>In the client, before a shard had the call.</summary>
    Client,

    /// <summary>In the shard, before a worker had it.</summary>
    Queue,

    /// <summary>On the way from the shard to the worker.</summary>
    Dispatch,

    /// <summary>In the worker.</summary>
    Worker,

    /// <summary>On the way back.</summary>
    Return,
}
