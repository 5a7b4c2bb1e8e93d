using System.Diagnostics;
using System.Text.Json;

namespace Snakepit.EndToEnd.Tests.Hosting;

/// <summary>The Python processes behind the page.</summary>
internal static class WorkerProcesses
{
    /// <summary>Process ids that the silo reports.</summary>
    public static async Task<int[]> OfSiloAsync(Uri silo)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
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
