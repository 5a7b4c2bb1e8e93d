using Snakepit.TestKit;

namespace Snakepit.EndToEnd.Tests.Hosting;

/// <summary>Waits for a state that nobody announces, and shows the evidence when it does not come.</summary>
internal static class Poll
{
    /// <param name="phase">What is waited for, as the failure says it.</param>
    /// <param name="limit">Longest wait.</param>
    /// <param name="check">Null when the state is reached, else what is there instead.</param>
    /// <param name="evidence">What helps to understand a failure, for example a process's output.</param>
    public static async Task UntilAsync(string phase, TimeSpan limit, Func<Task<string?>> check, Func<string>? evidence = null)
    {
        try
        {
            await Eventually.SeeAsync(check, actual => actual is null, limit, phase);
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"{error.Message}{Environment.NewLine}{evidence?.Invoke()}", error);
        }
    }
}
