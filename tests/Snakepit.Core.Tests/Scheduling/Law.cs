using System.Runtime.CompilerServices;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>Checks what must hold at every step; costs nothing while it does, and names itself when it does not.</summary>
internal static class Law
{
    public static void Holds(bool condition, [CallerArgumentExpression(nameof(condition))] string law = "")
    {
        if (!condition)
            throw new BrokenLawException(law);
    }
}

internal sealed class BrokenLawException(string law) : Exception(law);
