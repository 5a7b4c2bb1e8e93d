namespace Snakepit.Core.Processes;

/// <summary>
/// Whether a folder may hold sockets and records. A user who can write there can stand in for a worker or make the clean-up
/// end other processes, and a user who made the folder before the silo may have left such things in it.
/// </summary>
public static class FolderRule
{
    private const uint SystemUser = 0;

    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>What keeps a folder from being ours alone; null when nothing does.</summary>
    public static string? PrivateFlaw(FileFacts folder, uint user) => folder switch
    {
        { Kind: not FileKind.Folder } => $"'{folder.Path}' is {folder}, not a folder that this silo has made. Somebody may have put it "
            + "there; remove it",
        _ when folder.Owner != user => $"'{folder.Path}' belongs to user {folder.Owner}, this silo runs as user {user}. Somebody may have "
            + "made it before the silo; remove it or run as its owner",
        _ when (folder.Mode & OthersWrite) != 0 => $"'{folder.Path}' may be written by others than user {user}: its mode is "
            + $"{Convert.ToString((int)folder.Mode, 8)}. Run chmod go-w on it",
        _ => null,
    };

    /// <summary>
    /// What lets others replace a private folder inside this one; null when nothing does. The system's user may: it can do everything.
    /// </summary>
    public static string? ParentFlaw(FileFacts folder, uint user) =>
        folder.Kind != FileKind.Folder ? $"'{folder.Path}' is {folder}, not a folder"
        : folder.Owner != user && folder.Owner != SystemUser
        ? $"'{folder.Path}' belongs to user {folder.Owner}, who may replace what is in it; this silo runs as user {user}. Run chown on it, "
            + "or name another folder"
        : folder.Mode.HasFlag(UnixFileMode.OtherWrite) && !folder.Mode.HasFlag(UnixFileMode.StickyBit)
            ? $"everybody may replace what is in '{folder.Path}': its mode is {Convert.ToString((int)folder.Mode, 8)}, without the sticky "
                + "bit. Run chmod o-w or chmod +t on it"
            : null;
}
