using System.Diagnostics;

namespace Snakepit.EndToEnd.Tests.Hosting;

/// <summary>Waits for a state that nobody announces.</summary>
internal static class Poll
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <param name="phase">What is waited for, as the failure says it.</param>
    /// <param name="limit">Longest wait.</param>
    /// <param name="check">Null when the state is reached, else what is there instead.</param>
    /// <param name="evidence">What helps to understand a failure, for example a process's output.</param>
    public static async Task UntilAsync(string phase, TimeSpan limit, Func<Task<string?>> check, Func<string>? evidence = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (await check() is { } actual)
        {
            if (Stopwatch.GetElapsedTime(began) > limit)
                throw new TimeoutException($"{phase}: not within {limit.TotalSeconds:0.#} s. Last seen: {actual}.{Environment.NewLine}{evidence?.Invoke()}");
            await Task.Delay(Pause);
        }
    }
}
