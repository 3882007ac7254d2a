namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>Keeps the state file up with what was acknowledged.</summary>
internal sealed class ShipProgress(FileLines file, string path)
{
    public void Acknowledged(ShipBatch batch)
    {
        if (file.TryState(batch.File, batch.EndOffset, out var state))
            state.Save(path);
    }
}
