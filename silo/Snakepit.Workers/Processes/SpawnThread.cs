using System.Collections.Concurrent;
using System.Diagnostics;

namespace Snakepit.Workers.Processes;

/// <summary>
/// The one thread that starts processes. The kernel sends the parent-death signal when the <em>thread</em> that started a
/// child ends, not the process (prctl(2), PR_SET_PDEATHSIG); a worker started from the thread pool is killed when that
/// pool thread retires after about 20 s of idleness. This thread never ends.
/// </summary>
internal sealed class SpawnThread
{
    private readonly BlockingCollection<Request> _requests = [];

    private SpawnThread()
    {
        var thread = new Thread(Run) { Name = "snakepit-spawn", IsBackground = true };
        thread.Start();
    }

    /// <summary>One per process, alive as long as the process is.</summary>
    public static SpawnThread Instance { get; } = new();

    public Task<Process> StartAsync(ProcessStartInfo start)
    {
        var request = new Request(start, new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously));
        _requests.Add(request);
        return request.Started.Task;
    }

    private void Run()
    {
        foreach (var request in _requests.GetConsumingEnumerable())
        {
            try
            {
                var process = new Process { StartInfo = request.Start, EnableRaisingEvents = true };
                process.Start();
                request.Started.SetResult(process);
            }
            catch (Exception error) // the caller of this start gets it; the thread goes on
            {
                request.Started.SetException(error);
            }
        }
    }

    private sealed record Request(ProcessStartInfo Start, TaskCompletionSource<Process> Started);
}
