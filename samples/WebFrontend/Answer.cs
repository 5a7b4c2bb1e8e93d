using Snakepit.Client;

namespace Snakepit.Samples.WebFrontend;

/// <summary>What the page gets: the tool's result, the silo and the worker that made it, and how long each stage took.</summary>
internal sealed record Answer<T>(T Result, string Silo, string Worker, int Pid, Stages Milliseconds);

internal sealed record Stages(double Client, double Queue, double Dispatch, double Python, double Return, double Total);

internal static class Answer
{
    public static Answer<T> From<T>(ToolResult result)
    {
        var times = result.Times;
        return new Answer<T>(
            result.As<T>(),
            result.Silo,
            result.Worker,
            result.WorkerPid,
            new Stages(
                times.Client.TotalMilliseconds,
                times.Queue.TotalMilliseconds,
                times.Dispatch.TotalMilliseconds,
                times.Python.TotalMilliseconds,
                times.Return.TotalMilliseconds,
                times.Total.TotalMilliseconds));
    }
}
