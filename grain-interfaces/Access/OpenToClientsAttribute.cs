namespace Snakepit.Access;

/// <summary>
/// A method that every client of the cluster may call. The others are for silos, and for clients with an administrator's certificate; a
/// method without this attribute is refused to other clients where the cluster's connections have certificates.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OpenToClientsAttribute : Attribute;
