using System.Globalization;
using Snakepit.Core.Options;

namespace Snakepit.Core.Configuration;

/// <summary>Checks that the options of a worker's threads do not contradict each other.</summary>
internal static class ThreadsCheck
{
    public static IEnumerable<OptionMistake> Mistakes(PoolOptions pool, string path)
    {
        if (pool is { WorkerProfile: WorkerProfile.Process, ThreadsPerWorker: { } threads })
        {
            yield return new OptionMistake(
                $"{path}:ThreadsPerWorker", Text(threads), "counts only with WorkerProfile thread: set that, or remove this");
        }

        if (pool is { WorkerProfile: WorkerProfile.Thread, WorkerCapacity: not 1 })
        {
            yield return new OptionMistake(
                $"{path}:WorkerCapacity",
                Text(pool.WorkerCapacity),
                $"counts only with WorkerProfile process; a worker of WorkerProfile thread takes ThreadsPerWorker ({pool.Threads}) calls: "
                + "remove this");
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
