using System.Diagnostics.CodeAnalysis;

namespace Snakepit.Execution;

/// <summary>A message that says how long its caller waits.</summary>
public interface IBudgeted
{
    /// <summary>Time left when the message was sent; <see cref="Timeout.InfiniteTimeSpan"/> when there is no limit.</summary>
    TimeSpan Budget { get; }
}

/// <summary>
/// Binds the response time-out of a grain call to the budget of its first argument, so that the framework's fixed
/// default never ends a call earlier than its caller asked for, nor keeps one longer.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[InvokableBaseType(typeof(GrainReference), typeof(Task<>), typeof(BudgetedRequest<>))]
public sealed class BoundByBudgetAttribute : Attribute;

/// <summary>Base of the generated calls marked <see cref="BoundByBudgetAttribute"/>.</summary>
[SerializerTransparent]
public abstract class BudgetedRequest<TResult> : TaskRequest<TResult>
{
    /// <summary>The callee answers at the deadline itself; the framework steps in only when the callee is silent.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Longest time-out the framework's timers take.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <summary>The budget and a second; null, the framework's default, for a call whose first argument has no budget.</summary>
    [SuppressMessage("Design", "CA1024", Justification = "The signature is the framework's.")]
    public override TimeSpan? GetDefaultResponseTimeout()
    {
        if (GetArgumentCount() == 0 || GetArgument(0) is not IBudgeted { Budget: var budget })
            return null;
        return budget == Timeout.InfiniteTimeSpan || budget > Longest ? Longest : budget + Grace;
    }
}
