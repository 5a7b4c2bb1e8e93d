namespace Snakepit.Silo.Commands;

/// <summary>What the program's exit code says.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The call, or the thing asked for, failed.</summary>
    public const int Failed = 1;

    /// <summary>The configuration or an address is wrong.</summary>
    public const int BadConfiguration = 2;

    /// <summary>No silo answered.</summary>
    public const int Unreachable = 3;

    /// <summary>The silo was declared dead by the others, or Orleans could not go on.</summary>
    public const int Lost = 4;
}
