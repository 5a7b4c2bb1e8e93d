namespace Snakepit.Testing;

/// <summary>A tool of a test: a function or a generator.</summary>
/// <param name="Idempotent">It may run twice.</param>
/// <param name="Run">The function; null for a generator.</param>
/// <param name="Items">The generator; null for a function.</param>
internal sealed record TestTool(
    bool Idempotent, Func<TestCall, Task<object?>>? Run, Func<TestCall, IAsyncEnumerable<object?>>? Items);
