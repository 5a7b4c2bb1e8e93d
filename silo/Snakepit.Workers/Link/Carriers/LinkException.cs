namespace Snakepit.Workers.Link.Carriers;

/// <summary>The other end does not keep to the contract of the link, or is gone.</summary>
internal sealed class LinkException(string message, Exception? innerException = null) : Exception(message, innerException);
