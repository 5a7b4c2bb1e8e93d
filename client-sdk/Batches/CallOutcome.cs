using System.Diagnostics.CodeAnalysis;
using Snakepit.Errors;

namespace Snakepit.Client;

/// <summary>What one of many calls has ended with. Immutable.</summary>
/// <typeparam name="T">What the result is read as.</typeparam>
/// <param name="Index">Place of its arguments in their sequence, counted from 0.</param>
/// <param name="Value">The result; the default of its type when the call has failed.</param>
/// <param name="Error">Why there is no result; null when there is one. Its outcome says whether the tool may have run.</param>
public sealed record CallOutcome<T>(int Index, T? Value, SnakepitException? Error)
{
    /// <summary>The call has a result.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;

    /// <summary>The result.</summary>
    /// <exception cref="SnakepitException">The call has failed.</exception>
    public T Result => IsSuccess ? Value! : throw new SnakepitException(Error.Failure, Error);
}
