using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Hosting.Startup;
using Snakepit.Identity;
using Snakepit.Tools;
using Snakepit.Workers.Host;
using Snakepit.Workers.Orphans;
using Snakepit.Workers.Python;

namespace Snakepit.Silo.Doctor;

/// <summary>What a worker was measured to need.</summary>
/// <param name="Bytes">Resident memory of it and its children.</param>
/// <param name="Tasks">Its threads and the processes of its children.</param>
internal sealed record WorkerSize(long Bytes, int Tasks);

/// <summary>
/// Starts a worker of each pool, as a silo does, and calls it. The workers belong to an instance of their own, so that no silo takes them
/// for leftovers; all of them have ended when the checks have.
/// </summary>
internal static partial class WorkerChecks
{
    private const long Mb = 1024 * 1024;
    private const string Nothing = "snakepit_doctor_asks_for_nothing";

    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(10);

    /// <param name="patient">The silo.</param>
    /// <param name="sizes">Gets what a worker of each pool needs.</param>
    /// <param name="cancellationToken">Ends the starts.</param>
    public static async Task<IReadOnlyList<Finding>> TryAsync(
        Patient patient, IDictionary<string, WorkerSize> sizes, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        using var locator = new PythonLocator(NullLogger<PythonLocator>.Instance);
        var run = new RunIdentity("snakepit-doctor", $"{Environment.ProcessId}", $"{Guid.NewGuid():N}"[..12]);
        try
        {
            var settings = WorkerSettings.Of(patient.Options, run, recordFolder: null);
            await using var host = new WorkerHost(settings, locator, NullLogger<WorkerHost>.Instance);
            foreach (var pool in patient.Options.OwnPools)
                await TryAsync(patient.Options, pool, host, sizes, findings, cancellationToken);
        }
        catch (IOException error)
        {
            findings.Add(Finding.Error("worker", error.Message, null));
        }

        return findings;
    }

    private static async Task TryAsync(
        SnakepitOptions options, PoolOptions pool, WorkerHost host, IDictionary<string, WorkerSize> sizes, List<Finding> findings,
        CancellationToken cancellationToken)
    {
        var spec = Specs.Worker(pool, options, options.Plan(pool)) with
        {
            Worker = new WorkerId(new SlotId(new ShardId(pool.Name, "doctor"), 0), 1),
        };
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            var worker = await host.StartAsync(spec, cancellationToken);
            var took = TimeProvider.System.GetElapsedTime(began);
            var view = await worker.LookAsync(fresh: true);
            if (view is not null)
                sizes[pool.Name] = new WorkerSize(view.RssBytes, Threads(worker.Facts.Pid) + view.Processes - 1);
            findings.Add(Finding.Ok(
                "adapter",
                $"{spec.Adapter} is ready after {took.TotalSeconds:0.0} s"
                + (view is null ? "" : $", holds {view.RssBytes / Mb} MB")
                + $", has {Tools(worker.Facts.Tools)}",
                pool.Name));
            findings.Add(await CallAsync(worker, pool.Name));
            await worker.StopAsync(TimeSpan.FromSeconds(5), "the doctor is done");
        }
        catch (WorkerStartException error)
        {
            var mend = Mend(error, pool.PythonExecutable ?? options.PythonExecutable, pool, spec);
            findings.Add(Finding.Error("adapter", $"{spec.Adapter}: {error.Message}", mend, pool.Name));
            findings.Add(Finding.Skipped("call", "no worker to call", pool.Name));
        }
    }

    /// <summary>
    /// A tool that does not exist: the answer takes the way of every other, and no tool of the adapter runs. An adapter that has
    /// <c>execute_tool</c> gets the unknown name, and may answer what it likes.
    /// </summary>
    private static async Task<Finding> CallAsync(IWorker worker, string pool)
    {
        var began = TimeProvider.System.GetTimestamp();
        var reply = await worker.ExecuteAsync(
            1, new ToolRequest { Tool = Nothing, Arguments = "{}"u8.ToArray(), Budget = CallLimit }, CallLimit)
            .AsTask().WaitAsync(CallLimit)
            .ContinueWith(done => done.IsCompletedSuccessfully ? done.Result : null, TaskScheduler.Default);
        return reply is not null && IsAnswer(reply.Failure?.Code)
            ? Finding.Ok("call", $"a worker answers after {TimeProvider.System.GetElapsedTime(began).TotalMilliseconds:0.0} ms", pool)
            : Finding.Error(
                "call",
                reply is null ? $"a worker has not answered within {CallLimit.TotalSeconds:0} s"
                    : $"a worker has not answered the call of an unknown tool: {reply.Failure!.Message}",
                "Look at what the adapter does while it is imported or made, and in execute_tool if it has that",
                pool);
    }

    /// <summary>Whether the worker has spoken; null is a result.</summary>
    private static bool IsAnswer(SnakepitErrorCode? code) => code is null
        or SnakepitErrorCode.ToolNotFound or SnakepitErrorCode.ToolRaised or SnakepitErrorCode.InvalidArguments
        or SnakepitErrorCode.ResultNotEncodable;

    /// <summary>At least one: its main thread.</summary>
    private static int Threads(int pid)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{pid}/task").Length;
        }
        catch (IOException)
        {
            return 1; // not Linux, or it has ended
        }
    }

    private static string Tools(ToolDescription[] described)
    {
        const int Shown = 6;
        var tools = described.Select(tool => tool.Name).ToList();
        return tools.Count switch
        {
            0 => "no tools",
            <= Shown => $"the tools {string.Join(", ", tools)}",
            _ => $"{tools.Count} tools: {string.Join(", ", tools.Take(Shown))}, …",
        };
    }

    private static string? Mend(WorkerStartException error, string? named, PoolOptions pool, WorkerSpec spec)
    {
        if (Missing().Match(error.Message) is not { Success: true } match)
        {
            return error.InnerException is PythonNotFoundException python
                ? PythonChecks.Mend(python, named is not null, pool.PythonExecutable is null ? null : pool.Name)
                : null; // the message says it
        }

        var module = match.Groups[1].Value.Split('.')[0];
        return module == spec.Adapter.Split('.', ':')[0]
            ? $"Name the folder that holds '{module}' in PythonPath of pool '{pool.Name}'"
            : $"{spec.PythonExecutable ?? "$(snakepit setup)"} -m pip install {module}";
    }

    [GeneratedRegex("No module named '([^']+)'")]
    private static partial Regex Missing();
}
