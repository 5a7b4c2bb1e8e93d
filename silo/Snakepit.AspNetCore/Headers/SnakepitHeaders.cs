
namespace Snakepit.AspNetCore.Headers;

/// <summary>Names of the headers that calls over HTTP take and give.</summary>
public static class SnakepitHeaders
{
    /// <summary>In a request: budget of the call, for example <c>1500ms</c>, <c>60s</c> or <c>infinite</c>. Default: the pool's.</summary>
    public const string Timeout = "Snakepit-Timeout";

    /// <summary>In a request: <c>true</c> when running the tool twice does no harm. Default: <c>false</c>.</summary>
    public const string Idempotent = "Snakepit-Idempotent";

    /// <summary>In a request: name of the session that the call belongs to. Default: none.</summary>
    public const string Session = "Snakepit-Session";

    /// <summary>
    /// In a request for a stream: <c>true</c> to get the tool's progress as lines <c>{"$progress": {...}}</c> between the items. Default:
    /// <c>false</c>.
    /// </summary>
    public const string Progress = "Snakepit-Progress";

    /// <summary>
    /// Beginning of headers in a request that are the call's metadata: <c>Snakepit-Meta-Tenant: acme</c> is
    /// <c>context.metadata["tenant"]</c> in Python. Names come in lower case, values in UTF-8. At most 32 of them, names up to 64 letters
    /// after the beginning, values up to 1,024. Default: none.
    /// </summary>
    public const string MetaPrefix = "Snakepit-Meta-";

    /// <summary>
    /// In an answer: why the call did not run where its session's latest successful call ran (<c>new</c>, <c>busy</c>, <c>recycled</c>,
    /// <c>worker_exited</c>); not there when it did.
    /// </summary>
    public const string SessionMoved = "Snakepit-Session-Moved";

    /// <summary>In an answer: the worker that had the call, as <c>pool@silo#slot.generation</c>.</summary>
    public const string Worker = "Snakepit-Worker";

    /// <summary>In an answer: process id of that worker on its host.</summary>
    public const string WorkerPid = "Snakepit-Worker-Pid";

    /// <summary>In an answer: milliseconds that the call waited for a worker.</summary>
    public const string QueueMilliseconds = "Snakepit-Queue-Ms";

    /// <summary>In an answer: milliseconds of the way to the worker and back.</summary>
    public const string DispatchMilliseconds = "Snakepit-Dispatch-Ms";

    /// <summary>In an answer: milliseconds in Python.</summary>
    public const string PythonMilliseconds = "Snakepit-Python-Ms";

    /// <summary>In an answer: milliseconds from the arrival of the worker's answer until the silo handed it over.</summary>
    public const string ReturnMilliseconds = "Snakepit-Return-Ms";

    /// <summary>In an answer: milliseconds of the whole call, as the HTTP door saw it.</summary>
    public const string TotalMilliseconds = "Snakepit-Total-Ms";

    /// <summary>Headers of an answer, for pages of allowed origins to read.</summary>
    internal static readonly string[] OfAnswers =
    [
        SessionMoved, Worker, WorkerPid,
        QueueMilliseconds, DispatchMilliseconds, PythonMilliseconds, ReturnMilliseconds, TotalMilliseconds,
        "Server-Timing", "Retry-After",
    ];
}
