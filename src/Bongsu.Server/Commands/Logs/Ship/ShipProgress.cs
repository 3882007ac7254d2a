namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>Keeps the state file up with what was acknowledged.</summary>
internal sealed class ShipProgress(FileLines file, string path)
{
    public void Acknowledged(ShipBatch batch)
    {
        // What is left of a file that has been renamed need not be known: the next run begins with the new one.
        if (file.TryHead(batch.File, out var head))
            ShipState.Of(head, batch.EndOffset).Save(path);
    }
}
