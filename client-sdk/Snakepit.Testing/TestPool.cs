using System.Collections.Concurrent;

namespace Snakepit.Testing;

/// <summary>A pool of fake workers whose tools are written in C#. Thread-safe.</summary>
public sealed class TestPool
{
    private readonly ConcurrentDictionary<string, TestTool> _tools = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConcurrentQueue<ToolFault>> _faults = new(StringComparer.Ordinal);
    private readonly CallCounts _calls = new();
    private volatile string? _startFault;

    internal TestPool(string name) => Name = name;

    /// <summary>Name of the pool.</summary>
    public string Name { get; }

    internal ConcurrentDictionary<FakeWorker, byte> Living { get; } = new();

    internal string? StartFault => _startFault;

    internal IReadOnlyList<string> ToolNames => [.. _tools.Keys.Order(StringComparer.Ordinal)];

    internal IReadOnlyList<string> IdempotentTools => [.. _tools.Where(pair => pair.Value.Idempotent).Select(pair => pair.Key)];

    /// <summary>Adds a tool, or replaces the one of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="run">
    /// What it does. Runs on a thread of the thread pool; what it returns is written as JSON, bytes as bytes. A task that it returns as an
    /// <c>object</c>, or a <c>ValueTask</c>, is no result: the call fails with <c>result_not_encodable</c>.
    /// </param>
    /// <param name="idempotent">It may run twice, as its author says. Has to be known before the host starts.</param>
    /// <returns>This pool.</returns>
    public TestPool Tool(string name, Func<TestCall, object?> run, bool idempotent = false)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Tool(name, call => Task.Run(() => run(call)), idempotent);
    }

    /// <summary>Adds a tool that is asynchronous, or replaces the one of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="run">What it does. Runs on a thread of the thread pool; what its task gives is written as JSON, bytes as bytes.</param>
    /// <param name="idempotent">It may run twice, as its author says. Has to be known before the host starts.</param>
    /// <returns>This pool.</returns>
    public TestPool Tool(string name, Func<TestCall, Task<object?>> run, bool idempotent = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(run);
        _tools[name] = new TestTool(idempotent, run, Items: null);
        return this;
    }

    /// <typeparam name="T">What the tool returns.</typeparam>
    /// <inheritdoc cref="Tool(string, Func{TestCall, Task{object?}}, bool)"/>
    public TestPool Tool<T>(string name, Func<TestCall, Task<T>> run, bool idempotent = false)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Tool(name, async Task<object?> (call) => await run(call).ConfigureAwait(false), idempotent);
    }

    /// <summary>Adds a tool that is asynchronous and returns nothing, or replaces the one of that name. Its result is null.</summary>
    /// <inheritdoc cref="Tool(string, Func{TestCall, Task{object?}}, bool)"/>
    public TestPool Tool(string name, Func<TestCall, Task> run, bool idempotent = false)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Tool(
            name,
            async Task<object?> (call) =>
            {
                await run(call).ConfigureAwait(false);
                return null;
            },
            idempotent);
    }

    /// <summary>Adds a tool that is a generator, or replaces the one of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <typeparam name="T">What its items are.</typeparam>
    /// <param name="items">Gives its items. A reader that leaves ends the enumeration.</param>
    /// <param name="idempotent">It may run twice, as its author says. Has to be known before the host starts.</param>
    /// <returns>This pool.</returns>
    public TestPool Stream<T>(string name, Func<TestCall, IAsyncEnumerable<T>> items, bool idempotent = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(items);
        _tools[name] = new TestTool(idempotent, Run: null, call => items(call).Select(static item => (object?)item));
        return this;
    }

    /// <inheritdoc cref="Stream{T}(string, Func{TestCall, IAsyncEnumerable{T}}, bool)"/>
    public TestPool Stream<T>(string name, Func<TestCall, IEnumerable<T>> items, bool idempotent = false)
    {
        ArgumentNullException.ThrowIfNull(items);
        return Stream(name, call => items(call).ToAsyncEnumerable(), idempotent);
    }

    /// <summary>Makes the next calls of a tool go wrong, one for each fault, after those that were ordered before.</summary>
    /// <param name="tool">Name of the tool.</param>
    /// <param name="faults">What goes wrong, in order.</param>
    /// <returns>This pool.</returns>
    public TestPool Fail(string tool, params IEnumerable<ToolFault> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        var waiting = _faults.GetOrAdd(tool, _ => new ConcurrentQueue<ToolFault>());
        foreach (var fault in faults)
            waiting.Enqueue(fault);
        return this;
    }

    /// <summary>Makes starts of workers fail from now on, as a missing library does.</summary>
    /// <param name="reason">Why; null lets them start again.</param>
    public void FailStarts(string? reason) => _startFault = reason;

    /// <summary>Every worker crashes now, with the calls that it has.</summary>
    public void Crash()
    {
        foreach (var worker in Living.Keys)
            worker.Crash();
    }

    /// <summary>How many calls of a tool have reached a worker, those that went wrong there included.</summary>
    public int Calls(string tool) => _calls.Of(tool);

    /// <summary>
    /// Ends when that many calls of a tool have reached a worker: then a test may move its clock, or order a crash. By then an asynchronous
    /// tool has come to its first wait, and the clock runs for it.
    /// </summary>
    /// <param name="tool">Name of the tool.</param>
    /// <param name="calls">How many, counted from the start of the host.</param>
    public Task ReachedAsync(string tool, int calls = 1) => _calls.ReachedAsync(tool, calls);

    internal TestTool? Find(string tool) => _tools.GetValueOrDefault(tool);

    internal ToolFault? NextFault(string tool) =>
        _faults.TryGetValue(tool, out var waiting) && waiting.TryDequeue(out var fault) ? fault : null;

    /// <summary>A call has come to a worker.</summary>
    internal void Count(string tool) => _calls.Add(tool);
}
