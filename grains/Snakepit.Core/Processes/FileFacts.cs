namespace Snakepit.Core.Processes;

public enum FileKind
{
    Folder,
    Link,
    Socket,
    File,
    Other,
}

/// <summary>What stands at a path.</summary>
/// <param name="Path">The path.</param>
/// <param name="Kind">A link is not followed.</param>
/// <param name="Owner">The user it belongs to.</param>
/// <param name="Mode">Who may do what with it.</param>
public sealed record FileFacts(string Path, FileKind Kind, uint Owner, UnixFileMode Mode)
{
    /// <summary>For messages: what it is, whose, and its mode as chmod takes it.</summary>
    public override string ToString() =>
        $"a {Name} of user {Owner} with mode {Convert.ToString((int)Mode, 8)}";

    private string Name => Kind switch
    {
        FileKind.Folder => "folder",
        FileKind.Link => "symbolic link",
        FileKind.Socket => "socket",
        FileKind.File => "file",
        _ => "device or pipe",
    };
}
