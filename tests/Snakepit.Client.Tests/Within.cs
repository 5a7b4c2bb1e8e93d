namespace Snakepit.Client.Tests;

/// <summary>Limits on awaits.</summary>
internal static class Within
{
    /// <summary>A limit on an await, so that a hang is a failure that names the phase.</summary>
    public static async Task WithinAsync(this Task task, TimeSpan limit, string phase)
    {
        try
        {
            await task.WaitAsync(limit);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"{phase}: expected its end within {limit.TotalSeconds:0.#} s; its task is {task.Status}.");
        }
    }

    /// <inheritdoc cref="WithinAsync(Task, TimeSpan, string)"/>
    public static async Task<T> WithinAsync<T>(this Task<T> task, TimeSpan limit, string phase)
    {
        await ((Task)task).WithinAsync(limit, phase);
        return await task;
    }
}
