namespace Snakepit.Testing;

/// <summary>Counts calls by tool, and wakes those who wait for a count. Thread-safe.</summary>
internal sealed class CallCounts
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<(string Tool, int Calls, TaskCompletionSource Reached)> _waiting = [];

    public int Of(string tool)
    {
        lock (_gate)
            return _counts.GetValueOrDefault(tool);
    }

    public void Add(string tool)
    {
        lock (_gate)
        {
            var count = _counts[tool] = _counts.GetValueOrDefault(tool) + 1;
            foreach (var waiting in _waiting.Where(waiting => waiting.Tool == tool && waiting.Calls <= count).ToList())
            {
                _waiting.Remove(waiting);
                waiting.Reached.SetResult(); // its continuations run elsewhere
            }
        }
    }

    public Task ReachedAsync(string tool, int calls)
    {
        lock (_gate)
        {
            if (_counts.GetValueOrDefault(tool) >= calls)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((tool, calls, reached));
            return reached.Task;
        }
    }
}
