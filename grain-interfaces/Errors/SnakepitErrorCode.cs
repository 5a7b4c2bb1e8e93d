namespace Snakepit.Errors;

/// <summary>What happened. Callers filter on it; its wire form is snake_case (<c>queue_full</c>).</summary>
public enum SnakepitErrorCode
{
    Unknown = 0,

    // pool
    PoolNotFound = 1,
    PoolNotReady = 2,
    PoolFailed = 3,
    PoolDraining = 4,
    QueueFull = 5,
    PoolTripped = 6,

    /// <summary>No worker of the shard is free, and the caller did not want to wait there. Between shard and client; callers never see it.</summary>
    ShardBusy = 7,

    /// <summary>The call waited in a shard's queue while another shard had room, so it goes there. Between shard and client; callers never see it.</summary>
    CallMoved = 8,

    /// <summary>The silo holds as many bytes of requests and results as it may.</summary>
    SiloBusy = 9,

    // timeout
    QueueTimeout = 20,
    DeadlineExceeded = 21,
    ExecutionTimeout = 22,
    StreamReaderTimeout = 23,

    // validation
    ToolNotFound = 40,
    InvalidArguments = 41,
    InvalidRequest = 42,
    RequestTooLarge = 43,
    ResultTooLarge = 44,
    ResultNotEncodable = 45,
    ResultNotReadable = 46,

    // python
    ToolRaised = 60,

    // worker
    WorkerExited = 80,
    WorkerStartFailed = 81,
    WorkerRefused = 82,
    WorkerInternal = 83,

    // link
    LinkBroken = 100,
    SiloUnreachable = 101,
    ClusterUnreachable = 102,
    StreamLost = 103,

    // cancelled
    Cancelled = 120,
}

public static class ErrorCodes
{
    public static ErrorCategory Category(this SnakepitErrorCode code) => code switch
    {
        SnakepitErrorCode.PoolNotFound or SnakepitErrorCode.PoolNotReady or SnakepitErrorCode.PoolFailed or SnakepitErrorCode.PoolDraining or SnakepitErrorCode.QueueFull
            or SnakepitErrorCode.PoolTripped or SnakepitErrorCode.ShardBusy or SnakepitErrorCode.CallMoved or SnakepitErrorCode.SiloBusy
            => ErrorCategory.Pool,
        SnakepitErrorCode.QueueTimeout or SnakepitErrorCode.DeadlineExceeded or SnakepitErrorCode.ExecutionTimeout
            or SnakepitErrorCode.StreamReaderTimeout => ErrorCategory.Timeout,
        SnakepitErrorCode.ToolNotFound or SnakepitErrorCode.InvalidArguments or SnakepitErrorCode.InvalidRequest or SnakepitErrorCode.RequestTooLarge
            or SnakepitErrorCode.ResultTooLarge or SnakepitErrorCode.ResultNotEncodable or SnakepitErrorCode.ResultNotReadable => ErrorCategory.Validation,
        SnakepitErrorCode.ToolRaised => ErrorCategory.PythonError,
        SnakepitErrorCode.WorkerExited or SnakepitErrorCode.WorkerStartFailed or SnakepitErrorCode.WorkerRefused or SnakepitErrorCode.WorkerInternal or SnakepitErrorCode.Unknown
            => ErrorCategory.Worker,
        SnakepitErrorCode.LinkBroken or SnakepitErrorCode.SiloUnreachable or SnakepitErrorCode.ClusterUnreachable or SnakepitErrorCode.StreamLost => ErrorCategory.Link,
        SnakepitErrorCode.Cancelled => ErrorCategory.Cancelled,
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "Error code without a category."),
    };

    /// <summary>The wire form, for example <c>queue_full</c>.</summary>
    public static string ToWire(this SnakepitErrorCode code) => WireWord.Of(code.ToString());

    /// <summary>The wire form, for example <c>python_error</c>.</summary>
    public static string ToWire(this ErrorCategory category) => WireWord.Of(category.ToString());
}
