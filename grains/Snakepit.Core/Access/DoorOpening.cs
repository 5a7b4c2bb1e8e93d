namespace Snakepit.Core.Access;

/// <summary>How a door decides who its callers are.</summary>
public enum DoorOpening
{
    /// <summary>It asks for keys or tokens.</summary>
    Authenticated,

    /// <summary>The application that it is a part of decides.</summary>
    Application,

    /// <summary>Programs of this machine may use it without a key.</summary>
    Local,

    /// <summary>Everybody may use it, because <c>AllowAnonymous</c> says so.</summary>
    Anonymous,

    /// <summary>Others can reach it and nothing says who may use it: it lets no one in.</summary>
    Closed,
}

/// <summary>What decides how a door opens.</summary>
/// <param name="IsOpen">Other machines can reach it.</param>
/// <param name="Authenticates">There are keys, a file of keys, or an identity provider.</param>
/// <param name="AllowAnonymous">The option of that name.</param>
/// <param name="ApplicationDecides">The application has put an authorization of its own on the door's endpoints.</param>
public readonly record struct OpeningFacts(bool IsOpen, bool Authenticates, bool AllowAnonymous, bool ApplicationDecides)
{
    /// <summary>Of a door that may not open.</summary>
    public const string Advice =
        "other machines can reach it, and nothing says who may use it. Give callers keys with 'snakepit key new' (Snakepit:Http:Keys), "
        + "name an identity provider (Snakepit:Http:Jwt), listen on 127.0.0.1, or let everybody in with Snakepit:Http:AllowAnonymous=true.";

    /// <summary>
    /// Keys count whatever the application decides too: a door with keys that asks for none would be open against what is written.
    /// </summary>
    public DoorOpening Decide() => this switch
    {
        { Authenticates: true } => DoorOpening.Authenticated,
        { ApplicationDecides: true } => DoorOpening.Application,
        { AllowAnonymous: true, IsOpen: true } => DoorOpening.Anonymous,
        { IsOpen: false } => DoorOpening.Local,
        _ => DoorOpening.Closed,
    };
}
