using System.Diagnostics;
using System.Text.Json;
using Snakepit.TestKit;

namespace Snakepit.EndToEnd.Tests.Hosting;

/// <summary>The Python processes behind the page.</summary>
internal static class WorkerProcesses
{
    /// <summary>Process ids that the silo reports; at least one. A silo that is too busy to ask its own workers is asked again.</summary>
    public static Task<int[]> OfSiloAsync(Uri silo) => Eventually.SeeAsync(() => AskAsync(silo), pids => pids.Length > 0);

    private static async Task<int[]> AskAsync(Uri silo)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        using var status = JsonDocument.Parse(await http.GetStringAsync(new Uri(silo, "/v1/status")));
        return [.. status.RootElement.GetProperty("pools").EnumerateArray()
            .SelectMany(pool => pool.GetProperty("shards").EnumerateArray())
            .SelectMany(shard => shard.GetProperty("workers").EnumerateArray())
            .Select(worker => worker.GetProperty("pid").GetInt32())
            .Where(pid => pid > 0)];
    }

    public static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }
}
